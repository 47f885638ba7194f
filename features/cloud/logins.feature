@cloud @needs.login @deadline:10m
Feature: Inside servers
  A user works on servers of their own.

  Scenario: A new server lets its owner in
    Given a network with a way in
    When I start a server
    Then the server is active within 2 minutes
    When I open a way in to the server
    Then the server lets me in within 5 minutes
    And the server calls itself by its own name

  Scenario: A server keeps out who has another key
    Given a server that lets me in
    When I try to log in with another key
    Then I am refused for lack of rights

  Scenario: A server learns from the cloud what it is to be
    Given a server that lets me in
    Then the server is told its own address
    And the server is told its user data
    And the server has carried out its user data within 2 minutes

  Scenario: A server finds its way into the world
    Given a server that lets me in
    Then the server resolves names
    And the server reaches the world

  Scenario: Every server reaches every other one
    Given 3 servers that let me in
    Then every server reaches every other one
