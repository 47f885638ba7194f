@s3
Feature: Checksums
  The store notices by itself what was damaged on the way, and tells what it has.

  Background:
    Given an empty bucket

  @needs.checksums
  Scenario Outline: An object stored with its <algorithm> checksum shows it
    When I store an object as "data.bin" with its <algorithm> checksum
    Then "data.bin" shows its <algorithm> checksum
    And "data.bin" reads back unchanged
    When I try to store an object as "damaged.bin" with a wrong <algorithm> checksum
    Then I am refused with "BadDigest"
    And the bucket lists exactly "data.bin"

    Examples:
      | algorithm |
      | CRC32     |
      | CRC32C    |
      | SHA-1     |
      | SHA-256   |

  @needs.checksums @needs.checksum-crc64nvme
  Scenario: An object stored with its CRC64NVME checksum shows it
    When I store an object as "data.bin" with its CRC64NVME checksum
    Then "data.bin" shows its CRC64NVME checksum
    And "data.bin" reads back unchanged
    When I try to store an object as "damaged.bin" with a wrong CRC64NVME checksum
    Then I am refused with "BadDigest"
    And the bucket lists exactly "data.bin"

  @needs.sdk-defaults
  Scenario: Programs with a current SDK's own settings work
    Given a program that leaves checksums to its SDK
    When I store an object as "page.html"
    And I upload a 6 MiB file as "backup.tar"
    Then every object reads back unchanged
    And the bucket lists exactly "backup.tar" and "page.html"
    When I delete every object
    Then the bucket is empty
