@s3 @needs.replica @deadline:10m
Feature: Replication
  What is done at one site comes to the other.

  Background:
    Given an empty bucket

  Scenario: An object comes to the second site unchanged
    When I store a 1 MiB object as "report.csv"
    Then "report.csv" reads back unchanged at the second site within 2 minutes
    And the second site lists exactly what I stored within 2 minutes

  Scenario: A file uploaded in parts comes to the second site unchanged
    When I upload a 6 MiB file as "backup.tar"
    Then "backup.tar" reads back unchanged at the second site within 2 minutes

  Scenario: New content comes to the second site
    When I store an object as "page.html"
    Then "page.html" reads back unchanged at the second site within 2 minutes
    When I store a 2 KiB object as "page.html"
    Then "page.html" reads back unchanged at the second site within 2 minutes

  Scenario: A deleted object disappears from the second site
    When I store an object as "draft.txt"
    Then "draft.txt" reads back unchanged at the second site within 2 minutes
    When I delete "draft.txt"
    Then "draft.txt" is gone from the second site within 2 minutes
    And the second site lists exactly what I stored within 2 minutes
