"""The bounded queue before each version: admission, priorities, fair shares between tenants, and the statistics of each queue."""
