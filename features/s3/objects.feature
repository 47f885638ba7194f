@s3
Feature: Objects
  What a user stores is what a user gets back.

  Background:
    Given an empty bucket

  @smoke
  Scenario: An object can be stored, found, read and deleted
    When I store a 1 MiB object as "report.csv"
    Then the bucket lists exactly "report.csv"
    And "report.csv" reads back unchanged
    When I delete "report.csv"
    Then the bucket is empty

  @smoke
  Scenario: A deleted object can't be read any more
    Given an object "draft.txt"
    When I delete "draft.txt"
    And I try to read "draft.txt"
    Then I am refused with "NoSuchKey"

  Scenario: Many objects can be stored, found and read
    When I store many objects
    Then the bucket lists exactly what I stored
    And every object reads back unchanged

  Scenario: Many objects can be deleted at once
    When I store many objects
    And I delete every object
    Then the bucket is empty

  Scenario: A large file uploaded in parts reads back unchanged
    When I upload a 12 MiB file as "backup.tar"
    Then the bucket lists exactly "backup.tar"
    And "backup.tar" reads back unchanged

  Scenario: An object that is stored again has its new content
    When I store a 4 KiB object as "page.html"
    And I store a 6 KiB object as "page.html"
    Then the bucket lists exactly "page.html"
    And "page.html" reads back unchanged
