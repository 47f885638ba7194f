@s3
Feature: Object names
  A user may call an object what its content demands.

  Background:
    Given an empty bucket

  Scenario: Names may hold any letters and signs
    Given the objects "two words.txt", "Übersicht 日本/Köln 😀.pdf", "100%.txt" and "%41.txt"
    And the objects "1+1=2.txt", "q?a#b;c&d.txt", "<it's>.txt" and "*.txt"
    Then the bucket lists exactly what I stored
    And older programs list exactly what I stored
    And every object reads back unchanged
    When I delete "100%.txt"
    And I delete every object
    Then the bucket is empty

  Scenario: Names that look alike are different
    Given the objects "A.txt", "a.txt", "a.txt ", "a txt", "a+txt" and "a%20txt"
    And the objects "é.txt" and "é.txt"
    Then the bucket lists exactly what I stored
    And every object reads back unchanged

  Scenario: A name may be 1,024 bytes long
    When I store an object under a name of 1024 bytes
    Then the bucket lists exactly what I stored
    And every object reads back unchanged

  Scenario: Copies keep unusual names apart
    Given the objects "1+1 = 50%.txt" and "1 1 = 50%.txt"
    When I copy "1+1 = 50%.txt" to "ü/1+1 = 50%25.txt"
    Then every object reads back unchanged
    And the bucket lists exactly what I stored

  @needs.flat-names
  Scenario: Slashes and dots in names mean nothing to the store
    Given the objects "a/b", "a//b", "/a/b", "a/./b", "a/../b" and "a\b"
    And the objects "a/", "a", ".", ".." and "a-b"
    Then the bucket lists exactly what I stored
    And every object reads back unchanged
    When I delete "a/"
    Then the bucket lists exactly what I stored
