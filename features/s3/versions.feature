@s3 @needs.versioning
Feature: Versions
  What was overwritten or deleted can be had again.

  Background:
    Given a bucket that keeps versions

  Scenario: Every version of an object can be read
    Given 3 versions of "report.csv"
    Then "report.csv" reads back unchanged
    And version 1 of "report.csv" reads back unchanged
    And version 2 of "report.csv" reads back unchanged
    And version 3 of "report.csv" reads back unchanged

  Scenario: All versions are listed in order
    Given 3 versions of "report.csv"
    Then all versions of "report.csv" are listed, the latest first
    And the bucket lists exactly "report.csv"
    And the bucket tells that it keeps versions

  Scenario: An earlier version can be restored
    Given 2 versions of "report.csv"
    When I restore version 1 of "report.csv"
    Then "report.csv" reads back unchanged
    And version 2 of "report.csv" reads back unchanged
    And all versions of "report.csv" are listed, the latest first

  Scenario: A deleted object keeps its versions
    Given 2 versions of "report.csv"
    When I delete "report.csv"
    And I try to read "report.csv"
    Then I am refused with "NoSuchKey"
    And the bucket is empty
    And all versions of "report.csv" are listed, below a mark that it was deleted
    And version 2 of "report.csv" reads back unchanged

  Scenario: A deleted object can be had again
    Given 2 versions of "report.csv"
    When I delete "report.csv"
    And I undelete "report.csv"
    Then "report.csv" reads back unchanged
    And the bucket lists exactly "report.csv"
    And all versions of "report.csv" are listed, the latest first

  Scenario: A deleted version is gone, and no other
    Given 3 versions of "report.csv"
    When I delete version 2 of "report.csv"
    And I try to read version 2 of "report.csv"
    Then I am refused with "NoSuchVersion" or "NoSuchKey"
    And all versions of "report.csv" are listed, the latest first
    And version 1 of "report.csv" reads back unchanged
    And "report.csv" reads back unchanged

  Scenario: Where the latest version is deleted, the one before takes its place
    Given 2 versions of "report.csv"
    When I delete version 2 of "report.csv"
    Then "report.csv" reads back unchanged
    And all versions of "report.csv" are listed, the latest first

  Scenario: Versions stay when versioning is suspended
    Given a first version of "report.csv"
    When I suspend versioning
    And I store a 2 KiB object as "report.csv"
    And I store a 3 KiB object as "report.csv"
    Then the bucket tells that versioning is suspended
    And "report.csv" reads back unchanged
    And version 1 of "report.csv" reads back unchanged
