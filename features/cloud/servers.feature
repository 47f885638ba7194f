@cloud @deadline:15m
Feature: Servers
  A user starts servers, and they do as they are told.

  @smoke
  Scenario: A server starts in time and is reached by an address of its network
    Given a network with a subnet
    And a key pair
    And a security group
    When I start a server
    Then the server is active within 2 minutes
    And the server is listed
    And the server is as ordered
    And the server's address lies in the subnet

  Scenario: Three servers started at once run side by side
    Given a network with a subnet
    When I start 3 servers at once
    Then every server is active within 5 minutes
    And every server has an address of its own

  Scenario: Every availability zone starts servers
    Given a network
    When I start a server in every availability zone
    Then every server is active within 5 minutes
    And every availability zone has a server

  @needs.boot-from-volume
  Scenario: A server starts from a volume
    Given a network with a subnet
    And a volume with the image on it
    When I start a server from the volume
    Then the server is active within 2 minutes
    And the volume is attached to the server within 30 seconds
    And the server is as ordered

  Scenario: A stopped server starts again
    Given a running server
    When I stop the server
    Then the server is stopped within 2 minutes
    When I start the server again
    Then the server is active within 2 minutes
    And the server is otherwise as it was within 30 seconds

  Scenario: A server survives being rebooted
    Given a running server
    When I reboot the server
    Then the server is active within 2 minutes
    And the server is otherwise as it was within 30 seconds

  @needs.server-history
  Scenario: A server is rebooted when it is told to
    Given a running server
    When I reboot the server
    Then the cloud tells that the server was rebooted within 2 minutes

  Scenario: A renamed server is listed under its new name
    Given a running server
    When I rename the server
    Then the server is listed
    And the server is otherwise as it was within 30 seconds

  Scenario: A server keeps the label that it was given
    Given a running server
    When I label the server "stage" as "trial"
    And I label the server "team" as "journeys"
    Then the server has the label "stage" as "trial"
    And the server is listed
    And the server is otherwise as it was within 30 seconds

  @needs.user-data
  Scenario: A server's user data is told as it was given
    Given a running server
    Then the server's user data is told as it was given

  @needs.console-log
  Scenario: A server has a console log
    Given a running server
    Then the server's console log says something within 60 seconds

  Scenario: A second port can be attached to a server and detached again
    Given a running server
    And a port
    When I attach the port to the server
    Then the server has the port's address within 60 seconds
    When I detach the port from the server
    Then the server no longer has the port's address within 60 seconds
    And the server is otherwise as it was within 30 seconds

  Scenario: A removed server is gone
    Given two running servers
    When I remove the server
    Then the server is gone within 2 minutes
    And no other server is gone

  @needs.ports-of-servers
  Scenario: A removed server takes its ports along
    Given a running server
    When I remove the server
    Then the server is gone within 2 minutes
    And no port of the server is left

  Scenario: A removed server gives back the volume that was attached to it
    Given a running server
    And a volume
    When I attach the volume to the server
    Then the volume is attached to the server within 60 seconds
    When I remove the server
    Then the server is gone within 2 minutes
    And the volume is available within 60 seconds

  @needs.boot-from-volume
  Scenario: A removed server takes along the volume that it was told to
    Given a network with a subnet
    And a volume with the image on it
    When I start a server from the volume that takes it along when it goes
    Then the server is active within 2 minutes
    When I remove the server
    Then the server is gone within 2 minutes
    And the volume is gone within 60 seconds
