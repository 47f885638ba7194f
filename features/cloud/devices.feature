@cloud @needs.login @deadline:15m
Feature: Devices
  A server finds what is plugged in to it, and data goes where its volume goes.

  Scenario: A server finds a port that is attached while it runs
    Given a server that lets me in
    And a port
    When I attach the port to the server
    Then the server finds the port within 60 seconds
    When I detach the port from the server
    Then the server finds the port no longer within 60 seconds

  Scenario: A server finds a volume that is attached while it runs
    Given a server that lets me in
    And a volume
    When I attach the volume to the server
    Then the server finds a disk of the volume's size within 60 seconds
    When I detach the volume
    Then the server finds the disk no longer within 60 seconds

  @needs.sudo
  Scenario: A volume takes its data to another server
    Given 2 servers that let me in
    And a volume that the first server has written to
    When I attach the volume to the second server
    Then the second server reads what was written within 60 seconds

  @needs.sudo
  Scenario: A restored snapshot holds the data of its volume
    Given a server that lets me in
    And a volume that the server has written to
    And a snapshot
    When I restore the snapshot to a new volume
    Then the volume is available within 60 seconds
    When I attach the volume to the server
    Then the server reads what was written within 60 seconds
