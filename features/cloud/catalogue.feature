@cloud
Feature: Catalogue
  A user finds something to choose from.

  @smoke
  Scenario: The cloud offers availability zones
    When I list the availability zones
    Then at least one is offered

  @needs.identity
  Scenario Outline: The cloud offers <things>
    When I list the <things>
    Then at least one is offered

    Examples:
      | things       |
      | images       |
      | flavours     |
      | volume types |
