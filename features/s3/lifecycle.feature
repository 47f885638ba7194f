@s3 @needs.lifecycle
Feature: Lifecycle
  A bucket that tidies up does so by the rules that its owner has set.

  Background:
    Given an empty bucket

  Scenario: Lifecycle rules are kept as they were set
    When I let objects below "logs/" expire after 30 days
    And I let objects below "tmp/" expire after 7 days
    Then the lifecycle rules read back as set

  Scenario: Lifecycle rules can be removed
    When I let objects below "logs/" expire after 30 days
    And I remove the lifecycle rules
    Then the lifecycle rules read back as set

  Scenario: Rules for all that grows unseen are kept as they were set
    When I let earlier versions below "docs/" expire after 90 days
    And I let unfinished uploads below "docs/" expire after 7 days
    And I note a rule that lets objects below "tmp/" expire after 1 days, and is off
    Then the lifecycle rules read back as set
