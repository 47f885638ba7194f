@s3
Feature: Conditions
  Who depends on what is there neither overwrites what others wrote, nor is sent what he has.

  Background:
    Given an empty bucket

  @needs.conditional-writes
  Scenario: A new object can be stored on the condition that it is new
    When I store "page.html" only if it is new
    Then "page.html" reads back unchanged

  @needs.conditional-writes
  Scenario: An object is not overwritten by who expects none
    Given an object "page.html"
    When I try to store "page.html" only if it is new
    Then I am refused with "PreconditionFailed"
    And "page.html" reads back unchanged
    And the bucket lists exactly "page.html"

  @needs.conditional-writes
  Scenario: A name is new again when its object was deleted
    Given an object "page.html"
    When I delete "page.html"
    And I store "page.html" only if it is new
    Then "page.html" reads back unchanged

  @needs.conditional-overwrites
  Scenario: What was deleted is not overwritten by who expects it
    Given an object "page.html"
    When I look at "page.html"
    And I delete "page.html"
    And I try to store "page.html" only if it is as I saw it
    Then I am refused with "NoSuchKey" or "PreconditionFailed"
    And the bucket is empty

  @needs.conditional-uploads
  Scenario: A file is not overwritten in parts by who expects none
    Given an object "backup.tar"
    And an upload of "backup.tar"
    When I upload part 1 of 1 KiB
    And I try to complete the upload only if its object is new
    Then I am refused with "PreconditionFailed"
    And "backup.tar" reads back unchanged

  @needs.conditional-uploads
  Scenario: A file can be uploaded in parts on the condition that it is new
    Given an upload of "backup.tar"
    When I upload part 1 of 1 KiB
    And I complete the upload only if its object is new
    Then "backup.tar" reads back unchanged

  @needs.conditional-copies
  Scenario: What has changed is not copied for what was seen
    Given an object "page.html"
    When I look at "page.html"
    And I store a 6 KiB object as "page.html"
    And I try to copy "page.html" to "copy.html" only if it is as I saw it
    Then I am refused with "PreconditionFailed"
    And the bucket lists exactly "page.html"

  @needs.conditional-copies
  Scenario: An object can be copied on the condition that it is unchanged
    Given an object "page.html"
    When I look at "page.html"
    And I copy "page.html" to "copy.html" only if it is as I saw it
    Then "copy.html" reads back unchanged

  @needs.conditional-overwrites
  Scenario: An object can be overwritten on the condition that it is unchanged
    Given an object "page.html"
    When I look at "page.html"
    And I store "page.html" only if it is as I saw it
    Then "page.html" reads back unchanged

  @needs.conditional-overwrites
  Scenario: A change is not overwritten by who has not seen it
    Given an object "page.html"
    When I look at "page.html"
    And I store a 6 KiB object as "page.html"
    And I try to store "page.html" only if it is as I saw it
    Then I am refused with "PreconditionFailed"
    And "page.html" reads back unchanged

  @needs.conditional-deletes
  Scenario: A change is not deleted by who has not seen it
    Given an object "page.html"
    When I look at "page.html"
    And I store a 6 KiB object as "page.html"
    And I try to delete "page.html" only if it is as I saw it
    Then I am refused with "PreconditionFailed"
    And "page.html" reads back unchanged

  @needs.conditional-deletes
  Scenario: An object can be deleted on the condition that it is unchanged
    Given an object "page.html"
    When I look at "page.html"
    And I delete "page.html" only if it is as I saw it
    Then the bucket is empty

  Scenario: An object that has not changed is not sent again
    Given an object "page.html"
    When I look at "page.html"
    Then "page.html" is not sent again to who has seen it
    And "page.html" reads back if it is as I saw it

  Scenario: An object that has changed is sent anew
    Given an object "page.html"
    When I look at "page.html"
    And I store a 6 KiB object as "page.html"
    Then "page.html" is sent anew to who has seen it before

  Scenario: An object that has changed is not taken for the one that was seen
    Given an object "page.html"
    When I look at "page.html"
    And I store a 6 KiB object as "page.html"
    And I try to read "page.html" only if it is as I saw it
    Then I am refused with "PreconditionFailed"
    When I try to read "page.html" only if it is older than a day
    Then I am refused with "PreconditionFailed"
