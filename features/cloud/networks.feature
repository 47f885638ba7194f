@cloud
Feature: Networks
  A user builds networks of their own, which nobody else sees.

  @smoke
  Scenario: A new network is listed
    When I create a network
    Then the network is listed
    And the network is as ordered

  Scenario: A removed network is gone
    Given a network
    And another network
    When I remove the network
    Then the network is gone within 60 seconds
    And no other network is gone

  Scenario: Several networks created at once are all listed
    When I create 3 networks at once
    Then every network is listed

  @smoke
  Scenario: A subnet hands out addresses of its own
    Given a network
    When I add the subnet "10.71.3.0/28"
    And I create a port
    Then the subnet is listed
    And the subnet is as ordered
    And the port is listed
    And the port is as ordered
    And the port's address lies in the subnet

  Scenario: Two ports of a subnet have addresses of their own
    Given a network with a subnet
    When I create a port
    And I create a port
    Then every port has an address of its own
    And the port's address lies in the subnet

  @needs.ipv6-subnets
  Scenario: A subnet of IPv6 hands out addresses of its own
    Given a network
    When I add the subnet "fd00:71:3::/64"
    And I create a port
    Then the subnet is as ordered
    And the port's address lies in the subnet

  Scenario: A removed subnet is gone
    Given a network with a subnet
    When I remove the subnet
    Then the subnet is gone within 60 seconds

  Scenario: A removed port is gone
    Given a network with a subnet
    And a port
    And another port
    When I remove the port
    Then the port is gone within 60 seconds
    And no other port is gone

  Scenario: Two private networks may use the same addresses
    Given two networks with the same subnet
    When I create a port with the address "10.71.0.77" in each
    Then each network has only its own port

  @needs.port-state
  Scenario: A port can be disabled and enabled again
    Given a network with a subnet
    And a port
    When I disable the port
    Then the port is disabled
    When I enable the port
    Then the port is enabled
