@s3 @needs.bucket-policy
Feature: Policies
  A bucket's policy grants what it says and no more, and what it forbids, nobody may.

  Background:
    Given an empty bucket
    And an object "public/logo.png"
    And an object "diary.txt"

  Scenario: A policy is kept as it was set
    When I let everybody read objects below "public/"
    And I forbid everybody to delete objects below "archive/"
    Then the policy reads back as set
    When I withdraw the policy
    Then the policy reads back as set

  Scenario: A stranger may read what a policy lets everybody read, and nothing else
    When I let everybody read objects below "public/"
    Then a stranger reads "public/logo.png" unchanged
    When a stranger tries to read "diary.txt"
    Then the stranger is refused with "AccessDenied"
    When a stranger tries to list the bucket
    Then the stranger is refused with "AccessDenied"

  Scenario: What everybody may read, strangers can neither change nor delete
    When I let everybody read objects below "public/"
    And a stranger tries to store an object as "public/logo.png"
    Then the stranger is refused with "AccessDenied"
    When a stranger tries to begin an upload of "public/logo.png"
    Then the stranger is refused with "AccessDenied"
    When a stranger tries to delete "public/logo.png"
    Then the stranger is refused with "AccessDenied"
    And "public/logo.png" reads back unchanged

  @needs.second-user
  Scenario: A second user may read what a policy lets everybody read, and nothing else
    When I let everybody read objects below "public/"
    Then a second user reads "public/logo.png" unchanged
    When a second user tries to read "diary.txt"
    Then the second user is refused with "AccessDenied"
    When a second user tries to store an object as "public/logo.png"
    Then the second user is refused with "AccessDenied"
    And "public/logo.png" reads back unchanged

  Scenario: Who may list a bucket may not read what it holds
    When I let everybody list the bucket
    Then a stranger lists exactly what I stored
    When a stranger tries to read "diary.txt"
    Then the stranger is refused with "AccessDenied"

  Scenario: What a policy granted ends when it is withdrawn
    When I let everybody read objects below "public/"
    And I withdraw the policy
    And a stranger tries to read "public/logo.png"
    Then the stranger is refused with "AccessDenied"

  Scenario: What a policy forbids to read, its owner can't read either
    When I forbid everybody to read objects below "public/"
    And I try to read "public/logo.png"
    Then I am refused with "AccessDenied"
    And "diary.txt" reads back unchanged
    When I withdraw the policy
    Then "public/logo.png" reads back unchanged

  Scenario: What a policy forbids to change, stays
    When I forbid everybody to write objects below "public/"
    And I forbid everybody to delete objects below "public/"
    And I try to store an object as "public/logo.png"
    Then I am refused with "AccessDenied"
    When I try to delete "public/logo.png"
    Then I am refused with "AccessDenied"
    And "public/logo.png" reads back unchanged

  Scenario: What a policy lets everybody read below a folder ends with the folder
    Given an object "public.txt"
    When I let everybody read objects below "public/"
    And a stranger tries to read "public.txt"
    Then the stranger is refused with "AccessDenied"

  Scenario: What a policy forbids to read can't be looked at
    When I forbid everybody to read objects below "public/"
    And I try to look at "public/logo.png"
    Then I am refused with "403"
    When I try to read a part of "public/logo.png"
    Then I am refused with "AccessDenied"

  Scenario: What a policy forbids to write can't be uploaded in parts
    When I forbid everybody to write objects below "public/"
    And I try to begin an upload of "public/logo.png"
    Then I am refused with "AccessDenied"
    When I try to copy "diary.txt" to "public/logo.png"
    Then I am refused with "AccessDenied"
    And "public/logo.png" reads back unchanged

  Scenario: A bucket that a policy forbids to list can't be listed
    When I forbid everybody to list the bucket
    And I try to list the bucket
    Then I am refused with "AccessDenied"
    And every object reads back unchanged

  @needs.policy-detours
  Scenario: What a policy forbids to read can't be copied
    When I forbid everybody to read objects below "public/"
    And I try to copy "public/logo.png" to "logo.png"
    Then I am refused with "AccessDenied"
    And the bucket lists exactly "diary.txt" and "public/logo.png"

  @needs.policy-detours @needs.batch-delete
  Scenario: What a policy forbids to delete can't be deleted in a batch
    When I forbid everybody to delete objects below "public/"
    Then "public/logo.png" can't be deleted in a batch
    And every object reads back unchanged

  @needs.public-access-end
  Scenario: A bucket that is closed to the public is closed to strangers, whatever its policy says
    When I let everybody read objects below "public/"
    And I close the bucket to the public
    And a stranger tries to read "public/logo.png"
    Then the stranger is refused with "AccessDenied"

  @needs.public-access-block
  Scenario: A bucket that is closed to the public can't be opened by a policy
    When I close the bucket to the public
    Then the bucket tells that it is closed to the public
    When I try to let everybody read objects below "public/"
    Then I am refused with "AccessDenied"
    When a stranger tries to read "public/logo.png"
    Then the stranger is refused with "AccessDenied"
