@s3
Feature: Speed
  Limits that any store keeps unless something is wrong; copy the file, and set those that your users were promised.

  Background:
    Given an empty bucket

  Scenario: Small objects are stored and read without long waits
    When I store 20 objects
    Then 95 % of the writes finish within 2 seconds
    And every object reads back unchanged
    And 95 % of the reads finish within 1 second

  Scenario: A large file is uploaded and downloaded without long waits
    When I upload a 16 MiB file as "film.mp4"
    Then "film.mp4" reads back unchanged
    And the uploads run at 1 MiB per second at least
    And the downloads run at 1 MiB per second at least
