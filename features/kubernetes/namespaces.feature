@kubernetes
Feature: Namespaces
  A user of a cluster has a place of their own, with its limits.

  @smoke
  Scenario: A new namespace is listed
    When I create a namespace
    Then the namespace is listed

  Scenario: A deleted namespace is gone with all that it held
    Given a running pod
    When I delete the namespace
    Then the namespace is gone within 2 minutes

  Scenario: A namespace holds no more pods than it may
    Given a namespace whose quota of pods is used up
    When I try to start a pod
    Then I am refused for lack of quota

  Scenario: A new account may do nothing
    Given a namespace
    And an account without rights
    When I try to list the pods with that account
    Then I am refused for lack of rights
