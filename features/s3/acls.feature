@s3 @needs.acl
Feature: Public objects
  An object or a bucket can be made public, one by one.

  Background:
    Given an empty bucket
    And an object "logo.png"
    And an object "diary.txt"

  Scenario: A public object can be read by strangers, and no other
    When I make "logo.png" public
    Then a stranger reads "logo.png" unchanged
    When a stranger tries to read "diary.txt"
    Then the stranger is refused with "AccessDenied"

  Scenario: A public object can't be changed by strangers
    When I make "logo.png" public
    And a stranger tries to store an object as "logo.png"
    Then the stranger is refused with "AccessDenied"
    When a stranger tries to delete "logo.png"
    Then the stranger is refused with "AccessDenied"
    And "logo.png" reads back unchanged

  Scenario: A public object can be made private again
    When I make "logo.png" public
    And I make "logo.png" private
    And a stranger tries to read "logo.png"
    Then the stranger is refused with "AccessDenied"

  Scenario: A public bucket can be listed by strangers, but not read
    When I make the bucket public
    Then a stranger lists exactly what I stored
    When a stranger tries to read "diary.txt"
    Then the stranger is refused with "AccessDenied"

  @needs.public-access-block
  Scenario: A public object of a bucket that is closed to the public can't be read by strangers
    When I make "logo.png" public
    And I close the bucket to the public
    And a stranger tries to read "logo.png"
    Then the stranger is refused with "AccessDenied"
