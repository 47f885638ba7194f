@web
Feature: Web sites
  Whoever opens a site finds it, soon and safely.

  @smoke
  Scenario: Every site opens in time
    When I open every site
    Then every page has content
    And every page is of the type that it names
    And every page comes within 10 seconds
    And no visit loses its encryption

  @needs.web-tls
  Scenario: No site's certificate expires soon
    When I connect to every site
    Then no certificate is about to expire

  @needs.web-encryption
  Scenario: Who comes without encryption is led to it
    When I open every site without encryption
    Then every page is encrypted
    And every visit ends where one with encryption does

  @needs.web-hsts
  Scenario: Browsers do not come back without encryption
    When I open every site
    Then browsers are kept encrypted for at least 180 days

  @needs.web-cookies
  Scenario: No cookie travels without encryption
    When I open every site
    Then every cookie is for encrypted pages only

  @needs.web-cookies @needs.web-encryption
  Scenario: No cookie is given to who comes without encryption
    When I open every site without encryption
    Then every cookie is for encrypted pages only

  Scenario: Sites open quickly, visit after visit
    When I open every site 20 times
    Then every page has content
    And 95 % of the visits finish within 2 seconds
