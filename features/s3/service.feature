@s3
Feature: Service
  The service is reached by its name, and can be trusted.

  Scenario: A new connection is made quickly
    When I connect to the service
    Then the connection is made within 5 seconds

  @needs.tls
  Scenario: The certificate does not expire soon
    When I connect to the service
    Then the certificate is not about to expire

  Scenario: The service's clock is right
    Then the service's clock differs from mine by at most 30 seconds

  Scenario: Every address of the service hands objects out
    Given an empty bucket
    When I store an object as "report.csv"
    Then "report.csv" reads back unchanged through every address of the service
