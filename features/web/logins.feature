@web @needs.web-login
Feature: Private pages
  Only who logs in gets to see what is private.

  Scenario: Who logs in sees the private page
    When I open the private page
    Then the page has content
    And no cache may keep the page for others

  Scenario: A stranger does not see the private page
    When I open the private page
    Then the page has content
    When a stranger tries to open the private page
    Then the stranger is refused for lack of rights
    And nothing of the private page is shown

  Scenario: A wrong secret does not open the private page
    When a user with a wrong secret tries to open the private page
    Then the user with a wrong secret is refused for lack of rights

  Scenario: Whom nobody knows does not see the private page
    When a user with an unknown key tries to open the private page
    Then the user with an unknown key is refused for lack of rights
