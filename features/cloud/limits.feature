@cloud @needs.volume-quota
Feature: Limits
  What a user may not have is refused as such, and nothing is broken.

  Scenario: A volume beyond the quota is refused
    When I try to create a volume larger than my quota
    Then I am refused for lack of quota
