@cloud @needs.load-balancers @deadline:20m
Feature: Load balancers
  A user spreads work over several servers.

  Scenario: A new load balancer is ready and listed
    Given a network with a subnet
    When I create a load balancer
    Then the load balancer is ready within 5 minutes
    And the load balancer is listed
    And the load balancer is as ordered

  Scenario: A load balancer hands on to its members
    Given a network with a subnet
    And a load balancer
    When I balance port 80 over "10.71.0.11" and "10.71.0.12"
    Then the load balancer hands port 80 on to "10.71.0.11" and "10.71.0.12" within 2 minutes
    And the load balancer is ready within 5 minutes

  Scenario: A removed load balancer is gone
    Given a network with a subnet
    And a load balancer
    When I remove the load balancer
    Then the load balancer is gone within 2 minutes

  @needs.member-health
  Scenario: A member that does not answer is left out
    Given a network with a subnet
    And a load balancer
    When I balance port 80 over "10.71.0.11" and "10.71.0.12"
    Then the load balancer leaves "10.71.0.12" out within 2 minutes

  @needs.login
  Scenario: Every server behind a load balancer answers
    Given 2 servers that serve a page of their own
    When I put a load balancer before them
    Then each server answers through the load balancer within 2 minutes
    And 20 requests through the load balancer are all answered

  @needs.login @needs.member-health
  Scenario: A server that stopped answering is replaced by the others
    Given 2 servers that serve a page of their own
    And a load balancer before them
    When I stop the page of the second server
    Then the load balancer leaves the second server out within 2 minutes
    And 20 requests through the load balancer are all answered
