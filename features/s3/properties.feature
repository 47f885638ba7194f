@s3
Feature: Properties of objects
  What a user says of an object stays with it.

  Background:
    Given an empty bucket

  Scenario: An object keeps its type and its user's notes
    When I store an object as "report.csv" with the properties:
      | property            | value                             |
      | content type        | text/csv; charset=utf-8           |
      | content language    | de-CH                             |
      | content disposition | attachment; filename="Report.CSV" |
      | cache control       | max-age=60, private               |
      | content encoding    | gzip                              |
      | expires             | Fri, 31 Dec 2027 23:59:59 GMT     |
      | storage class       | STANDARD                          |
      | owner               | Jane Doe, Building 7              |
      | release             | 2026-Q3 (Draft)                   |
    Then "report.csv" has the properties it was given
    And "report.csv" is listed in the storage class "STANDARD"
    And "report.csv" reads back unchanged

  Scenario: An object keeps a long note
    When I store an object as "report.csv" with a note of 1900 letters
    Then "report.csv" has the properties it was given

  Scenario: A file uploaded in parts keeps its type and its user's notes
    When I upload a 6 MiB file as "backup.tar" with the properties:
      | property            | value                        |
      | content type        | application/x-tar            |
      | content disposition | attachment; filename="b.tar" |
      | cache control       | no-store                     |
      | machine             | Host-A                       |
    Then "backup.tar" has the properties it was given

  Scenario: A copy keeps the type and the notes of its original
    Given another empty bucket
    When I store an object as "report.csv" with the properties:
      | property     | value    |
      | content type | text/csv |
      | owner        | Jane Doe |
    And I copy "report.csv" to "copy.csv" in the other bucket
    And I copy "report.csv" to "copy.csv"
    Then "copy.csv" in the other bucket has the properties it was given
    And "copy.csv" has the properties it was given

  Scenario: New properties take the place of old ones
    When I store an object as "report.csv" with the properties:
      | property     | value    |
      | content type | text/csv |
      | owner        | Jane Doe |
      | status       | Draft    |
    And I change the properties of "report.csv" to:
      | property     | value      |
      | content type | text/plain |
      | owner        | John Doe   |
    Then "report.csv" has the properties it was given
    And "report.csv" reads back unchanged

  Scenario: An object that is stored again has none of its old properties
    When I store an object as "report.csv" with the properties:
      | property     | value      |
      | content type | text/plain |
      | owner        | Jane Doe   |
    And I store an object as "report.csv" with the properties:
      | property     | value    |
      | content type | text/csv |
    Then "report.csv" has the properties it was given

  Scenario: An object of a deleted one's name has none of its properties
    When I store an object as "report.csv" with the properties:
      | property     | value      |
      | content type | text/plain |
      | owner        | Jane Doe   |
    And I delete "report.csv"
    And I store an object as "report.csv" with the properties:
      | property     | value    |
      | content type | text/csv |
    Then "report.csv" has the properties it was given
