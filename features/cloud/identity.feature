@cloud @needs.identity
Feature: Identity
  A user who logs in finds every service; who has no right is refused.

  @smoke
  Scenario: Logging in lasts for a working session
    When I log in
    Then I am logged in for at least 5 minutes

  @needs.login-secret
  Scenario: A wrong password is refused
    When I try to log in with a wrong password
    Then I am refused for lack of rights

  @needs.short-secret
  Scenario: A password with something behind it is refused
    When I try to log in with the right password and more behind it
    Then I am refused for lack of rights

  Scenario: Every service of the catalogue answers
    When I ask every service of the catalogue for its lists
    Then every service answers

  @needs.reader
  Scenario: A user who may only read can't create a network
    Given a network
    When I try to create a network as a reader
    Then I am refused for lack of rights
    And nothing was made
    And a reader sees the network

  @needs.reader
  Scenario: A user who may only read can't remove a network
    Given a network
    When I try to remove the network as a reader
    Then I am refused for lack of rights
    And the network is listed
