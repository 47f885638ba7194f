@cloud
Feature: Key pairs
  A user gets a key to their servers.

  @smoke
  Scenario: A new key pair is listed
    When I create a key pair
    Then the key pair is listed
    And the private key fits the key pair

  Scenario: A removed key pair is gone
    Given a key pair
    And another key pair
    When I remove the key pair
    Then the key pair is gone within 60 seconds
    And no other key pair is gone
