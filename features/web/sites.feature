@web
Feature: Web sites
  Whoever opens a site finds it, soon and safely.

  @smoke
  Scenario: Every site opens in time
    When I open every site
    Then every page has content
    And every page comes within 10 seconds

  @needs.web-tls
  Scenario: No site's certificate expires soon
    When I connect to every site
    Then every certificate is valid for at least 21 days

  @needs.web-encryption
  Scenario: Who comes without encryption is led to it
    When I open every site without encryption
    Then every page is encrypted

  Scenario: Sites open quickly, visit after visit
    When I open every site 20 times
    Then 95 % of the visits finish within 2 seconds
