@cloud
Feature: Routers
  A user connects subnets.

  Scenario: A new router is listed
    Given a network
    When I create a router
    Then the router is listed
    And the router is as ordered

  Scenario: A router connects a subnet
    Given a network with a subnet
    And a router
    When I connect the router to the subnet
    Then the router is connected to the subnet

  Scenario: A router lets go of a subnet
    Given a network with a subnet
    And a router
    When I connect the router to the subnet
    Then the router is connected to the subnet
    When I disconnect the router from the subnet
    Then the router is connected to no subnet

  Scenario: A removed router is gone
    Given a network
    And a router
    When I remove the router
    Then the router is gone within 60 seconds

  @needs.public-addresses
  Scenario: A router leads outside
    Given a network
    When I create a router that leads outside
    Then the router is as ordered
