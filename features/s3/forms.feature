@s3 @needs.post-forms
Feature: Forms
  A web form lets a stranger store one object, within limits.

  Background:
    Given an empty bucket

  Scenario: A stranger with a form can store the object
    Given a form to upload "photo.jpg" of at most 1 MiB
    When a stranger sends a 30 KiB file with the form
    Then "photo.jpg" reads back unchanged
    And the bucket lists exactly "photo.jpg"

  Scenario: A form takes no file above its limit
    Given a form to upload "photo.jpg" of at most 1 KiB
    When a stranger tries to send a 30 KiB file with the form
    Then the stranger is refused with "EntityTooLarge"
    And the bucket is empty

  Scenario: A form takes no other object
    Given a form to upload "photo.jpg" of at most 1 MiB
    When a stranger tries to send a 30 KiB file with the form as "index.html"
    Then the stranger is refused with "AccessDenied"
    And the bucket is empty

  Scenario: A form stops working when it expires
    Given a form to upload "photo.jpg" of at most 1 MiB that has expired
    When a stranger tries to send a 30 KiB file with the form
    Then the stranger is refused with "AccessDenied"
    And the bucket is empty

  Scenario: A form that was changed does not work
    Given a form to upload "photo.jpg" of at most 1 KiB
    And the form changed so that it takes 1 GiB
    When a stranger tries to send a 30 KiB file with the form
    Then the stranger is refused with "SignatureDoesNotMatch" or "AccessDenied"
    And the bucket is empty
