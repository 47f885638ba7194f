@kubernetes
Feature: Pods
  A user starts pods, and they run as long as they should.

  @smoke
  Scenario: A pod starts in time
    Given a namespace
    When I start a pod
    Then the pod is ready within 2 minutes
    And the pod is listed

  Scenario: What a pod says can be read
    Given a running pod
    Then the pod's log holds what it said within 30 seconds

  Scenario: A deleted pod is gone
    Given a running pod
    When I delete the pod
    Then the pod is gone within 60 seconds

  Scenario: A deployment grows and shrinks
    Given a deployment of 2 pods
    When I scale the deployment to 4 pods
    Then the deployment has 4 ready pods within 2 minutes
    When I scale the deployment to 2 pods
    Then the deployment has 2 ready pods within 2 minutes

  Scenario: A deleted deployment takes its pods along
    Given a deployment of 2 pods
    When I delete the deployment
    Then the deployment is gone with its pods within 2 minutes

  Scenario: A lost pod is replaced
    Given a namespace
    When I start a deployment of 2 pods
    Then the deployment has 2 ready pods within 2 minutes
    When I delete a pod of the deployment
    Then the deployment has 2 ready pods within 2 minutes
