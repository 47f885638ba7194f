@cloud
Feature: Security groups
  A user decides who may come in.

  Scenario: A new security group is listed and lets nobody in
    Given a network
    When I create a security group
    Then the security group is listed
    And the security group is as ordered
    And the security group lets nobody in

  Scenario: A security group lets in whom it was told to, and no more once closed
    Given a network
    And a security group
    When I let "192.0.2.0/24" in to port 443
    Then the security group lets only "192.0.2.0/24" in, to port 443
    When I close port 443 to "192.0.2.0/24"
    Then the security group lets nobody in

  Scenario: Closing one port leaves the others open
    Given a network
    And a security group
    When I let "192.0.2.0/24" in to port 443
    And I let "198.51.100.0/24" in to port 22
    And I close port 22 to "198.51.100.0/24"
    Then the security group lets only "192.0.2.0/24" in, to port 443

  Scenario: A removed security group is gone
    Given a network
    And a security group
    And another security group
    When I remove the security group
    Then the security group is gone within 60 seconds
    And no other security group is gone
