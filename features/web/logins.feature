@web @needs.web-login
Feature: Private pages
  Only who logs in gets to see what is private.

  Scenario: Who logs in sees the private page
    When I open the private page
    Then the page has content

  Scenario: A stranger does not see the private page
    When a stranger tries to open the private page
    Then the stranger is refused for lack of rights

  Scenario: A wrong secret does not open the private page
    When a user with a wrong secret tries to open the private page
    Then the user with a wrong secret is refused for lack of rights
