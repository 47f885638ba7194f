@cloud @needs.public-addresses @deadline:15m
Feature: Public addresses
  A user makes a server known to the world.

  Scenario: A public address leads to a server
    Given a running server with a way outside
    When I get a public address
    And I lead the public address to the server
    Then the public address is listed
    And the public address leads to the server within 60 seconds

  Scenario: A public address moves to another server
    Given two running servers with a way outside
    And a public address that leads to the first server
    When I lead the public address to the second server
    Then the public address leads to the second server within 60 seconds

  Scenario: A public address that was given back is gone
    Given a public address
    When I remove the public address
    Then the public address is gone within 60 seconds

  @needs.ports-of-servers
  Scenario: A public address is free again when its server is removed
    Given a running server with a way outside
    And a public address that leads to the server
    When I remove the server
    Then the server is gone within 2 minutes
    And the public address leads nowhere within 60 seconds
