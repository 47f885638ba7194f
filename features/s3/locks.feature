@s3 @needs.object-lock
Feature: Locks
  What has to be kept can't be deleted by mistake.

  Background:
    Given a bucket whose versions can be locked

  Scenario: A locked version can't be deleted
    Given a first version of "contract.pdf"
    When I lock version 1 of "contract.pdf" for 1 hour
    Then version 1 of "contract.pdf" is told as locked
    When I try to delete version 1 of "contract.pdf"
    Then I am refused with "AccessDenied"
    And version 1 of "contract.pdf" reads back unchanged
    And all versions of "contract.pdf" are listed, the latest first

  @needs.batch-delete
  Scenario: A locked version can't be deleted in a batch
    Given a first version of "contract.pdf"
    When I lock version 1 of "contract.pdf" for 1 hour
    Then version 1 of "contract.pdf" can't be deleted in a batch
    And version 1 of "contract.pdf" reads back unchanged

  Scenario: A lock can't be shortened
    Given a first version of "contract.pdf"
    When I lock version 1 of "contract.pdf" for 1 hour
    And I try to shorten the lock of version 1 of "contract.pdf" to 1 minute
    Then I am refused with "AccessDenied"
    And version 1 of "contract.pdf" is told as locked

  Scenario: A locked version survives a deletion of its object
    Given a first version of "contract.pdf"
    When I lock version 1 of "contract.pdf" for 1 hour
    And I delete "contract.pdf"
    Then version 1 of "contract.pdf" reads back unchanged
    And all versions of "contract.pdf" are listed, below a mark that it was deleted

  Scenario: Who may overrules a lock
    Given 2 versions of "contract.pdf"
    When I lock version 1 of "contract.pdf" for 1 hour
    And I delete version 1 of "contract.pdf" in spite of its lock
    Then all versions of "contract.pdf" are listed, the latest first

  Scenario: Nobody can delete a version under legal hold
    Given a first version of "contract.pdf"
    When I put version 1 of "contract.pdf" under legal hold
    Then version 1 of "contract.pdf" is told as under legal hold
    When I try to delete version 1 of "contract.pdf" in spite of its lock
    Then I am refused with "AccessDenied"
    And version 1 of "contract.pdf" reads back unchanged

  @needs.batch-delete
  Scenario: A version under legal hold can't be deleted in a batch
    Given a first version of "contract.pdf"
    When I put version 1 of "contract.pdf" under legal hold
    Then version 1 of "contract.pdf" can't be deleted in a batch
    And version 1 of "contract.pdf" reads back unchanged

  Scenario: A version can be deleted when its legal hold has ended
    Given a first version of "contract.pdf"
    When I put version 1 of "contract.pdf" under legal hold
    And I end the legal hold of version 1 of "contract.pdf"
    And I delete version 1 of "contract.pdf"
    Then all versions of "contract.pdf" are listed, the latest first
    And the bucket is empty

  Scenario: A version can be locked from its first moment
    When I store a version of "contract.pdf" that is locked for 1 hour
    Then version 1 of "contract.pdf" is told as locked
    When I try to delete version 1 of "contract.pdf"
    Then I am refused with "AccessDenied"
    And version 1 of "contract.pdf" reads back unchanged

  Scenario: A bucket that locks what comes locks it from its first moment
    When I let the bucket lock what comes for 2 days
    And I store a version of "contract.pdf"
    Then version 1 of "contract.pdf" is told as locked for 2 days
    When I try to delete version 1 of "contract.pdf"
    Then I am refused with "AccessDenied"
    And version 1 of "contract.pdf" reads back unchanged

  Scenario: A lock is that of one version
    Given 2 versions of "contract.pdf"
    When I lock version 1 of "contract.pdf" for 1 hour
    And I delete version 2 of "contract.pdf"
    And I try to delete version 1 of "contract.pdf"
    Then I am refused with "AccessDenied"
    And all versions of "contract.pdf" are listed, the latest first

  Scenario: A legal hold is that of one version
    Given 2 versions of "contract.pdf"
    When I put version 1 of "contract.pdf" under legal hold
    And I delete version 2 of "contract.pdf"
    And I try to delete version 1 of "contract.pdf"
    Then I am refused with "AccessDenied"
    And all versions of "contract.pdf" are listed, the latest first

  Scenario: A lock can be made longer
    Given a first version of "contract.pdf"
    When I lock version 1 of "contract.pdf" for 1 hour
    And I lock version 1 of "contract.pdf" for 2 hours
    Then version 1 of "contract.pdf" is told as locked

  Scenario: A bucket with locks has to keep versions
    Given a first version of "contract.pdf"
    When I try to suspend versioning
    Then I am refused with "InvalidBucketState"
    And the bucket tells that it keeps versions
