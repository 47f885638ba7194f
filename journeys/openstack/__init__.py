"""Everything that speaks to OpenStack through openstacksdk, which is imported only where a cloud is configured."""
