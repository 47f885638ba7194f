@s3
Feature: Encryption
  What is encrypted can be read with the right key, and with no other.

  Background:
    Given an empty bucket

  @needs.sse-c
  Scenario: An object encrypted with my key reads back with it
    When I store "diary.txt" encrypted with my key
    Then "diary.txt" reads back unchanged with my key

  @needs.sse-c
  Scenario: An object encrypted with my key can't be read without it
    When I store "diary.txt" encrypted with my key
    And I try to read "diary.txt"
    Then I am refused with "InvalidRequest" or "InvalidArgument"
    When I try to read a part of "diary.txt"
    Then I am refused with "InvalidRequest" or "InvalidArgument"
    When I try to look at "diary.txt"
    Then I am refused with "400" or "403"

  @needs.sse-c
  Scenario: A file in parts encrypted with my key reads back with it, and with no other
    When I upload a 6 MiB file as "backup.tar" encrypted with my key
    Then "backup.tar" reads back unchanged with my key
    When I try to read "backup.tar"
    Then I am refused with "InvalidRequest" or "InvalidArgument"
    When I try to read "backup.tar" with another key
    Then I am refused with "AccessDenied" or "InvalidArgument"

  @needs.sse-c
  Scenario: An object encrypted with my key can't be read with another one
    When I store "diary.txt" encrypted with my key
    And I try to read "diary.txt" with another key
    Then I am refused with "AccessDenied" or "InvalidArgument"

  @needs.default-encryption
  Scenario: A bucket that encrypts says so, and so do its objects
    When I turn on encryption
    And I store an object as "diary.txt"
    Then the bucket tells that it encrypts
    And "diary.txt" is told as encrypted
    And "diary.txt" reads back unchanged

  @needs.default-encryption
  Scenario: Copies and files in parts are encrypted, too
    Given an object "diary.txt"
    When I turn on encryption
    And I begin an upload of "backup.tar"
    And I upload part 1 of 1 KiB
    And I complete the upload
    And I copy "diary.txt" to "copy.txt"
    Then "backup.tar" is told as encrypted
    And "copy.txt" is told as encrypted

  @needs.encryption-end
  Scenario: What comes when encryption was turned off again is not encrypted
    When I turn on encryption
    And I turn off encryption
    And I store an object as "diary.txt"
    Then the bucket tells that it does not encrypt
    And "diary.txt" is told as not encrypted
    And "diary.txt" reads back unchanged

  @needs.sse-c-copies
  Scenario: An object encrypted with my key is copied with it, and not without it
    When I store "diary.txt" encrypted with my key
    And I try to copy "diary.txt" to "copy.txt"
    Then I am refused with "InvalidRequest" or "InvalidArgument"
    When I copy "diary.txt" with my key to "copy.txt"
    Then "copy.txt" reads back unchanged
    And the bucket lists exactly "copy.txt" and "diary.txt"
