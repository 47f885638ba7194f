@s3
Feature: Copies
  The store copies objects by itself, with all that belongs to them.

  Background:
    Given an empty bucket

  Scenario: A copy is like its original
    Given a 70000 B object "original.bin"
    When I copy "original.bin" to "copy.bin"
    Then "copy.bin" reads back unchanged
    And "copy.bin" has one size and one ETag everywhere
    And the bucket lists exactly "copy.bin" and "original.bin"
    And "original.bin" reads back unchanged

  Scenario: A copy comes to another bucket
    Given another empty bucket
    And a 70000 B object "original.bin"
    When I copy "original.bin" to "copy.bin" in the other bucket
    Then "copy.bin" in the other bucket reads back unchanged
    And the other bucket lists exactly "copy.bin"
    And the bucket lists exactly "original.bin"

  Scenario: A copy stays when its original changes and goes
    Given a 70000 B object "original.bin"
    When I copy "original.bin" to "copy.bin"
    And I store a 70000 B object as "original.bin"
    Then "copy.bin" reads back unchanged
    And "original.bin" reads back unchanged
    When I delete "original.bin"
    Then "copy.bin" reads back unchanged
    And the bucket lists exactly "copy.bin"

  Scenario: A copy takes the place of an older object
    Given a 3 KiB object "original.bin"
    And a 3 KiB object "copy.bin"
    When I copy "original.bin" to "copy.bin"
    Then "copy.bin" reads back unchanged
    And the bucket lists exactly "copy.bin" and "original.bin"

  Scenario: What is not there can't be copied
    When I try to copy "missing.bin" to "copy.bin"
    Then I am refused with "NoSuchKey"
    And the bucket is empty

  Scenario: A copy of a file that was uploaded in parts holds all of it
    When I upload a 6 MiB file as "backup.tar"
    And I copy "backup.tar" to "copy.tar"
    Then "copy.tar" reads back unchanged
    And "copy.tar" tells the time at which I stored it, within 60 seconds
    And the bucket lists exactly "backup.tar" and "copy.tar"
