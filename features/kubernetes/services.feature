@kubernetes
Feature: Cluster services
  Pods are found by the name of their service, wherever they are.

  @smoke
  Scenario: A service leads to its pods
    Given a deployment of 2 pods
    When I create a service that leads to it
    Then the service leads to every pod within 30 seconds

  Scenario: A service follows its pods
    Given a deployment of 2 pods
    And a service that leads to it
    When I delete a pod of the deployment
    Then the deployment has 2 ready pods within 2 minutes
    And the service leads to every pod within 30 seconds

  Scenario: A pod finds a service by its name
    Given a running pod
    And a service that leads to it
    When I start a pod that asks the service by its name
    Then that pod was greeted within 2 minutes

  Scenario: A pod meets every pod of a service
    Given a deployment of 2 pods
    And a service that leads to it
    When I start a pod that asks the service by its name
    Then that pod was greeted by every pod within 2 minutes

  @needs.service-proxy
  Scenario: A service answers from outside of the cluster
    Given a deployment of 2 pods
    When I create a service that leads to it
    Then the service answers within 30 seconds

  @needs.service-proxy
  Scenario: A service answers for the pod that replaces a lost one
    Given a deployment of 2 pods
    And a service that leads to it
    When I delete a pod of the deployment
    Then the deployment has 2 ready pods within 2 minutes
    And the service answers within 30 seconds
