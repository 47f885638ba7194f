@s3 @needs.cors
Feature: Web pages
  A bucket says which web pages may use it, and browsers keep to that.

  Background:
    Given an empty bucket
    And an object "app.js"

  Scenario: Rules for web pages are kept as they were set
    When I let pages of "https://app.example.com" read objects
    And I let pages of "https://admin.example.com" write objects
    Then the rules for web pages read back as set

  Scenario: Pages may do what the rules allow, and other pages may not
    When I let pages of "https://app.example.com" read objects
    And I let pages of "https://admin.example.com" write objects
    Then a page of "https://app.example.com" may read "app.js"
    And a page of "https://admin.example.com" may write "app.js"
    And a page of "https://elsewhere.example.com" may not read "app.js"
    And a page of "https://app.example.com" may not write "app.js"

  Scenario: Without rules no page may use the bucket
    When I let pages of "https://app.example.com" read objects
    And I remove the rules for web pages
    Then the rules for web pages read back as set
    And a page of "https://app.example.com" may not read "app.js"

  Scenario: Objects come with leave for the pages that may have them
    When I let pages of "https://app.example.com" read objects
    Then "app.js" comes with leave for pages of "https://app.example.com"
    And "app.js" comes without leave for pages of "https://elsewhere.example.com"
