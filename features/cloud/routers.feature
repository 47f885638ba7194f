@cloud
Feature: Routers
  A user connects subnets.

  Scenario: A new router is listed
    Given a network
    When I create a router
    Then the router is listed

  Scenario: A router connects a subnet
    Given a network with a subnet
    And a router
    When I connect the router to the subnet
    Then the router is connected to the subnet
