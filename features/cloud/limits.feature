@cloud
Feature: Limits
  What a user may not have is refused as such, and nothing is broken.

  @needs.volume-quota
  Scenario: A volume beyond the quota is refused
    When I try to create a volume larger than my quota
    Then I am refused for lack of quota
    And nothing was made

  @needs.server-quota
  Scenario: Servers beyond the quota are refused
    Given a network with a subnet
    When I try to start more servers than my quota allows
    Then I am refused for lack of quota
    And nothing was made

  @needs.port-quota
  Scenario: Ports beyond the quota are refused
    Given a network with a subnet
    When I try to create more ports than my quota allows
    Then I am refused for lack of quota
    And nothing was made
