@s3
Feature: Deletions
  What a user deletes is gone, and nothing else is.

  Background:
    Given an empty bucket

  @smoke
  Scenario: A deleted object can't be read any more
    Given an object "draft.txt"
    When I delete "draft.txt"
    Then "draft.txt" is gone
    When I try to read "draft.txt"
    Then I am refused with "NoSuchKey"

  Scenario: Deleting one object leaves its neighbours alone
    Given the objects "log", "log.1", "log.10" and "log.old/1"
    When I delete "log.1"
    Then the bucket lists exactly "log", "log.10" and "log.old/1"
    And every object reads back unchanged
    And "log.1" is gone

  Scenario: A deleted object stays deleted
    Given the objects "a.txt" and "b.txt"
    When I delete "a.txt"
    And I store an object as "c.txt"
    And I delete "a.txt"
    Then the bucket lists exactly "b.txt" and "c.txt"
    And "a.txt" is gone

  Scenario: A name can be used again after its object was deleted
    Given an object "page.html"
    When I delete "page.html"
    And I store a 3 KiB object as "page.html"
    Then "page.html" reads back unchanged
    And the bucket lists exactly "page.html"

  Scenario: Many objects can be deleted
    When I store many objects
    And I delete every object
    Then the bucket is empty

  @smoke @needs.batch-delete
  Scenario: Many objects can be deleted at once
    When I store many objects
    And I delete every object at once
    Then the bucket is empty
    And "object-00002" is gone

  @needs.batch-delete
  Scenario: Deleting some objects at once leaves the others alone
    Given the objects "log", "log.1", "log.10", "log.2" and "log.old/1"
    When I delete "log.1" and "log.2" at once
    Then the bucket lists exactly "log", "log.10" and "log.old/1"
    And every object reads back unchanged
    And "log.2" is gone

  @needs.batch-delete
  Scenario: Objects of any names can be deleted at once
    Given the objects "two words.txt", "Übersicht 日本/Köln 😀.pdf", "100%.txt" and "%41.txt"
    And the objects "1+1=2.txt", "q?a#b;c&d.txt", "<it's>.txt" and "*.txt"
    When I delete every object at once
    Then the bucket is empty
