@s3
Feature: Objects
  What a user stores is what a user gets back.

  Background:
    Given an empty bucket

  @smoke
  Scenario: An object can be stored, found, read and deleted
    When I store a 1 MiB object as "report.csv"
    Then the bucket lists exactly "report.csv"
    And "report.csv" reads back unchanged
    When I delete "report.csv"
    Then the bucket is empty

  Scenario Outline: An object of <size> reads back unchanged
    When I store a <size> object as "data.bin"
    Then "data.bin" reads back unchanged
    And "data.bin" has one size and one ETag everywhere
    And the bucket lists exactly "data.bin"

    Examples:
      | size      |
      | 0 B       |
      | 1 B       |
      | 5242879 B |

  @smoke
  Scenario: Many objects can be stored, found and read
    When I store many objects
    Then the bucket lists exactly what I stored
    And every object reads back unchanged
    And objects that differ have different ETags

  Scenario: An object that is stored again has its new content
    When I store a 4 KiB object as "page.html"
    And I store a 6 KiB object as "page.html"
    Then the bucket lists exactly "page.html"
    And "page.html" reads back unchanged
    When I store a 6 KiB object as "page.html"
    Then "page.html" reads back unchanged
    And "page.html" has one size and one ETag everywhere

  Scenario: Objects of one name in two buckets are two objects
    Given another empty bucket
    And a 2 KiB object "page.html"
    When I copy "page.html" to "page.html" in the other bucket
    And I store a 2 KiB object as "page.html"
    Then "page.html" reads back unchanged
    And "page.html" in the other bucket reads back unchanged
    When I delete "page.html"
    Then "page.html" in the other bucket reads back unchanged

  Scenario: Any part of an object can be read by itself
    Given a 300000 B object "film.mp4"
    Then bytes 0 to 99 of "film.mp4" read back unchanged
    And bytes 65530 to 131080 of "film.mp4" read back unchanged
    And "film.mp4" reads back unchanged from byte 299990 on
    And the last 10 bytes of "film.mp4" read back unchanged
    And bytes 299000 to 400000 of "film.mp4" read back unchanged

  Scenario: A part beyond the end of an object is refused
    Given a 1000 B object "film.mp4"
    When I try to read "film.mp4" from byte 1000 on
    Then I am refused with "InvalidRange"

  Scenario: An object tells when it was stored
    Given an object "page.html"
    Then "page.html" tells the time at which I stored it, within 60 seconds
    When I store a 1 KiB object as "page.html" again, later
    Then "page.html" is newer than what it replaced
    And "page.html" tells the time at which I stored it, within 60 seconds

  Scenario: An object that was damaged on its way is refused
    When I try to store an object as "data.bin" with a wrong MD5 checksum
    Then I am refused with "BadDigest"
    And the bucket is empty

  @needs.md5-etags
  Scenario: An object shows its MD5
    When I store an object as "data.bin" with its MD5 checksum
    Then "data.bin" shows its MD5 checksum
    And "data.bin" reads back unchanged

  Scenario: A text reads back with every space and line end
    Given a 300000 B text "diary.txt"
    Then "diary.txt" reads back unchanged
    And bytes 65530 to 131080 of "diary.txt" read back unchanged
    And "diary.txt" has one size and one ETag everywhere

  Scenario: Parts of an object that is stored again are those of the new one
    Given a 3000 B object "film.mp4"
    Then bytes 0 to 99 of "film.mp4" read back unchanged
    And the last 10 bytes of "film.mp4" read back unchanged
    When I store a 3000 B object as "film.mp4"
    Then bytes 0 to 99 of "film.mp4" read back unchanged
    And the last 10 bytes of "film.mp4" read back unchanged
