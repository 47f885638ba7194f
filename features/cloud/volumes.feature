@cloud @deadline:15m
Feature: Volumes
  A user keeps data on volumes, whichever server uses them.

  @smoke
  Scenario: A new volume is available and listed
    When I create a volume of 1 GiB
    Then the volume is available within 60 seconds
    And the volume is listed
    And the volume is as ordered

  Scenario: A removed volume is gone
    Given a volume
    And another volume
    When I remove the volume
    Then the volume is gone within 60 seconds
    And no other volume is gone

  @needs.volume-images
  Scenario: A volume is made from an image
    When I create a volume with the image on it
    Then the volume is available within 2 minutes
    And the volume is as ordered

  @needs.volume-types
  Scenario: Volumes of every type become available
    When I create a volume of every type
    Then every volume is available within 2 minutes
    And every volume is as ordered

  @needs.volume-extend
  Scenario: A volume can grow
    Given a volume
    When I extend the volume to 2 GiB
    Then the volume has 2 GiB within 60 seconds
    And the volume is listed
    And the volume is as ordered

  Scenario: A volume is attached to a server and detached again
    Given a running server
    And a volume
    When I attach the volume to the server
    Then the volume is attached to the server within 60 seconds
    When I detach the volume
    Then the volume is available within 60 seconds
    And the server is otherwise as it was within 30 seconds

  Scenario: A volume moves from one server to another
    Given two running servers
    And a volume
    When I attach the volume to the first server
    Then the volume is attached to the first server within 60 seconds
    When I detach the volume
    Then the volume is available within 60 seconds
    When I attach the volume to the second server
    Then the volume is attached to the second server within 60 seconds

  Scenario: A snapshot can be restored to a new volume
    Given a volume
    When I take a snapshot of the volume
    Then the snapshot is available within 60 seconds
    And the snapshot is listed
    And the snapshot is as ordered
    When I restore the snapshot to a new volume
    Then the volume is available within 60 seconds
    And the volume is as ordered

  Scenario: A removed snapshot is gone
    Given a volume
    And a snapshot
    When I remove the snapshot
    Then the snapshot is gone within 60 seconds
    And the volume is available within 60 seconds
