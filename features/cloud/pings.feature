@cloud @needs.login @needs.pings @deadline:10m
Feature: Pings
  A user's servers answer, and are answered.

  Scenario: A server answers its owner's pings
    Given a server that lets me in
    When I let pings in
    And I ping the server
    Then whoever was pinged answers
    And no more than 20 % of the pings are lost

  Scenario: A server answers while it is busy
    Given a server that lets me in
    When I let pings in
    And I ping the server while it is busy
    Then whoever was pinged answers
    And the pings are answered within 1 second on average

  Scenario: The world answers a server's pings
    Given a server that lets me in
    When I have the server ping the world
    Then whoever was pinged answers

  Scenario: Every server answers every other one's pings
    Given 3 servers that let me in
    When I let pings in
    And I have every server ping every other one
    Then whoever was pinged answers
    And no more than 20 % of the pings are lost
