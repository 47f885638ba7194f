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

  Scenario: Every version is listed in its storage class
    Given 2 versions of "report.csv"
    Then all versions of "report.csv" are listed in the storage class "STANDARD"

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

  @needs.deletion-marks
  Scenario: Who reads a deleted object is told of the mark that hides it
    Given a first version of "report.csv"
    When I delete "report.csv"
    Then "report.csv" is told as hidden by a mark that it was deleted
    When I undelete "report.csv"
    And I delete version 1 of "report.csv"
    Then "report.csv" is told as hidden by no mark

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
    And version 2 of "report.csv" is gone
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

  @needs.suspended-order
  Scenario: What is stored while versioning is suspended is the latest version, and one
    Given 2 versions of "report.csv"
    When I suspend versioning
    And I store a 2 KiB object as "report.csv"
    And I store a 3 KiB object as "report.csv"
    Then all versions of "report.csv" are listed, the latest first

  Scenario: A deletion while versioning is suspended destroys no version
    Given 2 versions of "report.csv"
    When I suspend versioning
    And I delete "report.csv"
    Then all versions of "report.csv" are listed, below a mark that it was deleted
    And version 2 of "report.csv" reads back unchanged

  Scenario: What was stored before versions were kept is the first version
    Given an empty bucket
    And an object "report.csv"
    When I turn on versioning
    And I store 2 versions of "report.csv"
    Then version 1 of "report.csv" reads back unchanged
    And version 2 of "report.csv" reads back unchanged
    And all versions of "report.csv" are listed, the latest first

  Scenario: Pages of versions hold everything once
    Given 5 versions of "report.csv"
    And 2 versions of "zebra.csv"
    When I delete version 4 of "report.csv"
    Then all versions of "report.csv" are listed in pages of 1
    And all versions of "report.csv" are listed in pages of 3

  Scenario: Each version has properties of its own
    When I store a version of "report.csv" with the properties:
      | property     | value    |
      | content type | text/csv |
      | status       | Draft    |
    And I store a version of "report.csv" with the properties:
      | property     | value      |
      | content type | text/plain |
      | status       | Final      |
    Then version 1 of "report.csv" has the properties it was given
    When I restore version 1 of "report.csv"
    Then "report.csv" has the properties it was given
    And version 2 of "report.csv" has the properties it was given

  @needs.tagging
  Scenario: Each version has tags of its own
    Given 2 versions of "report.csv"
    When I tag version 1 of "report.csv" with:
      | tag    | value |
      | status | Draft |
    And I tag version 2 of "report.csv" with:
      | tag    | value    |
      | status | Final    |
      | owner  | Jane Doe |
    Then version 1 of "report.csv" has exactly the tags it was given
    And version 2 of "report.csv" has exactly the tags it was given

  Scenario: A file uploaded in parts leaves the version before it
    Given a first version of "report.csv"
    And an upload of "report.csv"
    When I upload part 1 of 2 KiB
    And I complete the upload
    Then "report.csv" reads back unchanged
    And version 1 of "report.csv" reads back unchanged
    And version 2 of "report.csv" reads back unchanged
    And all versions of "report.csv" are listed, the latest first

  @needs.batch-delete
  Scenario: Objects that are deleted at once keep their versions
    Given 2 versions of "report.csv"
    When I delete "report.csv" at once
    Then all versions of "report.csv" are listed, below a mark that it was deleted
    And version 2 of "report.csv" reads back unchanged

  @needs.batch-delete
  Scenario: Versions that are deleted at once are gone, and no others
    Given 4 versions of "report.csv"
    When I delete versions 1 and 3 of "report.csv" at once
    Then all versions of "report.csv" are listed, the latest first
    And version 3 of "report.csv" is gone
    And version 2 of "report.csv" reads back unchanged

  @needs.guarded-versions
  Scenario: A bucket that holds nothing but earlier versions can't be removed
    Given a first version of "report.csv"
    When I delete "report.csv"
    And I try to remove the bucket
    Then I am refused with "BucketNotEmpty"
    And version 1 of "report.csv" reads back unchanged
