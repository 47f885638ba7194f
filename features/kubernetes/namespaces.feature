@kubernetes
Feature: Namespaces
  A user of a cluster has a place of their own, with its limits.

  @smoke @needs.namespaces
  Scenario: A new namespace is listed
    When I create a namespace
    Then the namespace is listed

  @needs.namespaces
  Scenario: A deleted namespace is gone with all that it held
    Given a running pod
    When I delete the namespace
    Then the namespace is gone within 2 minutes
    And nothing of it is left

  @needs.namespaces
  Scenario: A namespace holds no more pods than it may
    Given a namespace whose quota of pods is used up
    When I try to start a pod
    Then I am refused for lack of quota
    And no other pod is listed

  @needs.namespaces
  Scenario: A new account may do nothing
    Given a namespace
    And an account without rights
    When I try to list the pods with that account
    Then I am refused with "Forbidden"
    And that account may do nothing else

  Scenario: Who is not known sees nothing
    Given a namespace
    When a stranger tries to list the pods
    Then the stranger is refused for lack of rights
    And a stranger may read nothing else
    When a user with a wrong secret tries to list the pods
    Then the user with a wrong secret is refused for lack of rights
    And a user with a wrong secret may read nothing else
