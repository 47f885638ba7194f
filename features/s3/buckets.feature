@s3 @smoke
Feature: Buckets
  A user gets a bucket, finds it again, and can get rid of it.

  Scenario: A new bucket is listed
    When I create a bucket
    Then the bucket is listed among my buckets
    And the bucket tells that it was made just now, within 60 seconds
    And the bucket is empty

  Scenario: A removed bucket is gone
    Given an empty bucket
    When I remove the bucket
    Then the bucket is gone

  Scenario: Nothing can be stored in a removed bucket
    Given an empty bucket
    When I remove the bucket
    And I try to store an object as "late.txt"
    Then I am refused with "NoSuchBucket"
    And the bucket is gone

  Scenario: A bucket that holds an object can't be removed
    Given an empty bucket
    And an object "keep.txt"
    When I try to remove the bucket
    Then I am refused with "BucketNotEmpty"
    And the bucket lists exactly "keep.txt"
    And "keep.txt" reads back unchanged

  Scenario: A bucket gets no name that buckets may not have
    When I try to create a bucket under a name that no bucket may have
    Then I am refused with "InvalidBucketName"

  @needs.second-user
  Scenario: A name that is taken can't be had by another user
    Given an empty bucket
    And an object "keep.txt"
    When a second user tries to create a bucket of the same name
    Then the second user is refused with "BucketAlreadyExists" or "AccessDenied"
    And "keep.txt" reads back unchanged
