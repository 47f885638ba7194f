@s3
Feature: Uploads in parts
  Large files are stored part by part, and are there as a whole or not at all.

  Background:
    Given an empty bucket

  Scenario: A large file uploaded in parts reads back unchanged
    When I upload a 12 MiB file as "backup.tar"
    Then the bucket lists exactly "backup.tar"
    And "backup.tar" reads back unchanged
    And "backup.tar" has one size and one ETag everywhere
    And "backup.tar" tells the time at which I stored it, within 60 seconds
    And bytes 5242870 to 5242890 of "backup.tar" read back unchanged
    And no unfinished upload remains

  Scenario Outline: A file of <size> uploaded in parts reads back unchanged
    When I upload a <size> file as "backup.tar"
    Then "backup.tar" reads back unchanged
    And the bucket lists exactly "backup.tar"

    Examples:
      | size      |
      | 5242880 B |
      | 5242881 B |

  Scenario: Parts may come in any order
    Given an upload of "backup.tar"
    When I upload part 3 of 1 KiB
    And I upload parts 2 and 1 of 5 MiB each
    Then the upload shows exactly its parts
    When I complete the upload
    Then "backup.tar" reads back unchanged
    And "backup.tar" has one size and one ETag everywhere

  Scenario: A part that is uploaded again takes the place of the earlier one
    Given an upload of "backup.tar"
    When I upload parts 1 and 1 of 5 MiB each
    And I upload part 2 of 1 KiB
    And I complete the upload
    Then "backup.tar" reads back unchanged

  Scenario: A file is there only when its upload is complete
    Given an upload of "backup.tar"
    When I upload part 1 of 1 KiB
    Then the upload is listed as unfinished
    And the bucket is empty
    When I try to read "backup.tar"
    Then I am refused with "NoSuchKey"
    When I complete the upload
    Then no unfinished upload remains

  Scenario: An object stays as it is until a new upload of it is complete
    Given an object "backup.tar"
    And an upload of "backup.tar"
    When I upload part 1 of 1 KiB
    Then "backup.tar" reads back unchanged
    When I complete the upload
    Then "backup.tar" reads back unchanged
    And the bucket lists exactly "backup.tar"

  Scenario: An upload that is given up leaves nothing
    Given an upload of "backup.tar"
    When I upload part 1 of 1 KiB
    And I abort the upload
    Then no unfinished upload remains
    And the upload is gone
    And the bucket is empty
    When I try to upload part 2 of 1 KiB
    Then I am refused with "NoSuchUpload"

  @needs.exact-uploads
  Scenario: An upload that was given up can't be completed
    Given an upload of "backup.tar"
    When I upload part 1 of 1 KiB
    And I abort the upload
    And I try to complete the upload
    Then I am refused with "NoSuchUpload"
    And the bucket is empty

  Scenario: Unfinished uploads can be narrowed to names that begin alike
    Given an upload of "2025/backup.tar"
    And an upload of "2026/backup.tar"
    Then the unfinished uploads under "2026/" are exactly "2026/backup.tar"

  Scenario: An upload that is given up leaves the older object as it was
    Given an object "backup.tar"
    And an upload of "backup.tar"
    When I upload part 1 of 1 KiB
    And I abort the upload
    Then "backup.tar" reads back unchanged
    And the bucket lists exactly "backup.tar"

  Scenario: Two uploads of one file are kept apart
    Given an upload of "backup.tar"
    When I upload parts 1 and 2 of 1 KiB each
    And I begin an upload of "backup.tar"
    And I upload part 1 of 2 KiB
    Then the upload shows exactly its parts
    And the upload is listed as unfinished
    When I complete the upload
    Then "backup.tar" reads back unchanged

  Scenario: A part can be made of an object that is there
    Given a 70000 B object "original.bin"
    And an upload of "copy.bin"
    When I make part 1 of bytes 1000 to 65999 of "original.bin"
    And I complete the upload
    Then "copy.bin" reads back unchanged
    And the bucket lists exactly "copy.bin" and "original.bin"

  Scenario: A part that was damaged on its way is refused
    Given an upload of "backup.tar"
    When I try to upload part 1 of 1 KiB with a wrong MD5 checksum
    Then I am refused with "BadDigest"
    And the upload shows exactly its parts

  @needs.md5-etags
  Scenario: A file uploaded in parts shows the ETag of its parts
    Given an upload of "backup.tar"
    When I upload part 1 of 5 MiB
    And I upload part 2 of 1 KiB
    And I complete the upload
    Then "backup.tar" shows the ETag of its parts

  @needs.replaced-parts
  Scenario: A part that is uploaded again is listed once
    Given an upload of "backup.tar"
    When I upload parts 1 and 1 of 1 KiB each
    Then the upload shows exactly its parts

  @needs.replaced-parts
  Scenario: A file can't be made of a part as it was before
    Given an upload of "backup.tar"
    When I upload parts 1 and 1 of 1 KiB each
    And I try to complete the upload with part 1 as it was before
    Then I am refused with "InvalidPart"
    And the bucket is empty

  @needs.exact-uploads
  Scenario: A part that is left out is not in the file
    Given an upload of "backup.tar"
    When I upload parts 1 and 2 of 1 KiB each
    And I complete the upload without part 2
    Then "backup.tar" reads back unchanged
    And the bucket lists exactly "backup.tar"
    And no unfinished upload remains

  @needs.exact-uploads
  Scenario: A file can't be made of parts in another order
    Given an upload of "backup.tar"
    When I upload parts 1 and 2 of 5 MiB each
    And I try to complete the upload with its parts in reverse
    Then I am refused with "InvalidPartOrder"
    And the bucket is empty

  Scenario: A file can't be made of parts that were never uploaded
    Given an upload of "backup.tar"
    When I upload part 1 of 5 MiB
    And I try to complete the upload with a part 2 that I never uploaded
    Then I am refused with "InvalidPart"
    And the bucket is empty

  Scenario: A file can't be made of another part than was uploaded
    Given an upload of "backup.tar"
    When I upload part 1 of 1 KiB
    And I try to complete the upload with another part 1 than I uploaded
    Then I am refused with "InvalidPart"
    And the bucket is empty

  Scenario: A part that is too small is refused
    Given an upload of "backup.tar"
    When I upload parts 1 and 2 of 1 KiB each
    And I try to complete the upload
    Then I am refused with "EntityTooSmall"
    And the bucket is empty

  @slow
  Scenario: A 100 MiB file uploaded in parts reads back unchanged
    When I upload a 100 MiB file as "backup.tar"
    Then "backup.tar" reads back unchanged
    And the bucket lists exactly "backup.tar"

  @slow @deadline:30m
  Scenario: A 5 GiB file uploaded in 1,024 parts reads back unchanged
    When I upload a 5 GiB file as "backup.tar"
    Then "backup.tar" reads back unchanged
    And "backup.tar" has one size and one ETag everywhere
    And bytes 5368709100 to 5368709119 of "backup.tar" read back unchanged
