@s3 @canary
Feature: Durability
  What was stored long ago is still there.

  Scenario: Objects of earlier runs are there, unchanged
    Given the canaries
    Then every canary is there, unchanged
    And every canary is listed
