"""Sentences of our own making, as engineers in many organisations would phrase them, with what is wrong.

None is taken from a post-mortem. They are the regression corpus of the coach: a change of a rule that breaks
one of them is a change of what the coach believes.
"""

OK = """
Add an index on orders.customer_id
Add rate limiting to the login endpoint
Add retry with exponential backoff to the billing webhook client
Add a circuit breaker around calls to the pricing service
Add a regression test for the null cart case
Add integration tests for the coupon import
Add `terraform plan` output to every infrastructure pull request
Add an alert when disk usage on the Kafka brokers is above 80 %
Add alert for certificate expiry on *.example.com, 14 days ahead
Add alerting on replication lag > 30 s
Add a PagerDuty alert for failed nightly backups
Alert when the dead-letter queue is not empty for 10 minutes
Alert on pods in CrashLoopBackOff in the payments namespace
Alert the on-call engineer if the ingest pipeline has not produced data for an hour
Page the storage on-call when free inodes on /var drop below 10%
Create a dashboard showing p99 latency by region
Create dashboards for queue depth and consumer lag of the mail workers
Create a runbook for restoring the search cluster from snapshot
Create a playbook for regional failover and link it from the alert
Write a runbook for rotating the signing keys
Write an RFC for multi-region writes
Write a postmortem template that asks for detection time
Write a script that deletes orphaned volumes
Document the steps to fail over the primary database in the on-call handbook
Document how to roll back a Helm release
Document the escalation path for the payments provider in the wiki
Document the restore procedure for the Elasticsearch snapshots
Update the deploy runbook to include the cache warm-up step
Update the on-call guide with the new vendor phone number
Update nginx to 1.25.3
Update the readiness probe of the auth service to check the database
Upgrade PostgreSQL from 11 to 14
Upgrade the Redis client to 4.6 in all workers
Bump the memory limit of the indexer from 2Gi to 4Gi
Increase the connection pool of the API from 20 to 50
Increase the RDS instance size to db.r5.2xlarge
Raise the file descriptor limit to 65536 on the proxy hosts
Reduce the DNS TTL to 60 seconds before the migration
Lower the batch size of the export job to 500
Set the request timeout of the geocoder client to 3 seconds
Set max_wal_senders to 10
Set up log rotation on the build agents
Set up a read replica for the reporting queries
Set up synthetic checks against /healthz from three regions
Move session storage from memcached to Redis
Move the cron jobs off the bastion host
Migrate the remaining Jenkins jobs to GitHub Actions
Migrate state files to the S3 backend with locking
Remove the unused feature flag `new_checkout`
Remove direct SSH access to production hosts
Remove the hard-coded IP of the old mail relay
Delete the stale DNS records of the decommissioned cluster
Disable root login on all database hosts
Disable automatic minor version upgrades on the production RDS instances
Enable point-in-time recovery for the accounts table
Enable deletion protection on the load balancers
Enable slow query logging on the replicas
Enforce two-factor authentication for all members of the GitHub organisation
Require two approvals for changes to the network module
Require a change ticket for manual database writes
Block deploys while a Sev1 incident is open
Block merges to main when the migration linter fails
Prevent two migration jobs from running at the same time with a lease
Prevent deletion of non-empty buckets with a bucket policy
Fail the build when the lock file is out of date
Fix the race condition in the session reaper
Fix memory leak in the image resizer
Fix the off-by-one error in the invoice pagination
Fix flaky test in the checkout suite
Fix the Grafana panel that shows the wrong region
Fix a bug where the scheduler double-counts preempted nodes
Handle empty responses from the tax API in the cart
Handle SIGTERM in the worker so that in-flight jobs are finished
Return 429 instead of 500 when the quota is exceeded
Return a clear error message when the upload exceeds 10 MB
Log the tenant id with every failed request
Expose queue depth as a Prometheus metric
Export the number of open connections from pgbouncer
Split the monolithic Terraform state into one per environment
Replace the self-signed certificate of the staging LDAP server
Replace hourly cron with a systemd timer that has a timeout
Rotate the leaked deploy token
Revoke the API keys of former employees
Revert the feature toggle default to off
Restore the missing rows in `invoices` from the 3 May backup
Backfill the events lost between 10:00 and 12:00 UTC
Run the restore test of the backups every week in CI
Run a game day for losing an availability zone
Schedule a monthly restore drill for the billing database
Automate certificate renewal with cert-manager
Automate the failover of the message broker
Automatically roll back a deploy when the error rate exceeds 2 %
Use a canary for every change to the edge configuration
Use separate credentials for staging and production
Use a feature flag for the new pricing path
Use prepared statements in the report generator
Pin the base image of the build containers by digest
Pin the version of the kubectl plugin in CI
Cache the feature flags locally for 5 minutes
Cap the retry queue at 10,000 messages
Limit concurrent exports per tenant to 2
Throttle password reset e-mails per account
Validate the config file against a JSON schema in the deploy pipeline
Validate feature names before saving them
Verify backups nightly by restoring them into a scratch instance
Verify webhook signatures in the inbound mail handler
Test the failover of the primary in staging every quarter
Drain nodes before rebooting them in the patch job
Separate the batch workers from the interactive workers
Isolate the tenant database of the largest customer
Provision a second NAT gateway in eu-west-1
Deploy the log shipper as a daemonset
Build a tool that compares DNS zones before they are published
Build an allowlist of commands for the chat bot
Implement idempotency keys in the payment API
Implement graceful shutdown in the stream processor
Implement a dead man's switch for the backup job
Implement backpressure between the ingester and the writer
Implement health checks that verify database connectivity
Improve the error message of the importer to include the row number
Improve query time on the audit page by adding a composite index
Improve deploy speed by caching Docker layers
Make the deploy script refuse to run outside a maintenance window
Make the import job idempotent
Make the `--force` flag require a typed confirmation
Make dashboards for the edge team public to support staff
Make sure the backup job exits non-zero on failure
Ensure every service has a liveness probe
Ensure that the status page is hosted outside our own cluster
Ensure alerts for disk space are routed to the storage rotation
Reduce memory usage of the parser by streaming the file
Reduce alert noise by grouping pod restarts per deployment
Speed up the rollback by keeping the last three images on the nodes
Send a Slack message to #payments when the settlement file is late
Send status page updates automatically when an incident is declared
Ask AWS to raise the EIP limit to 50
Ask the vendor for an SLA on webhook delivery
Open a ticket with Cloudflare to enable origin pulls
Open a PR against upstream to fix the header parsing
File a bug with the Kafka client maintainers about the rebalance loop
Create a Jira ticket for moving uploads to object storage
Contact the registrar to enable registry lock on example.org
Assign an owner for the certificate inventory
Assign a backup approver for production access requests
Publish the incident report on the engineering blog
Publish an SLO for the search API
Post the timeline of the outage to the status page
Nominate a release captain for each quarter
Add the new on-call phone number to the escalation policy
Include the database version in the support bundle
Review and update the firewall rules of the legacy VPC
Review the alert thresholds of the edge proxies and lower the noisy ones
Identify and remove unused IAM roles
Investigate and fix the memory leak in the session service
Find and delete all buckets without an owner tag
Analyse the slow queries and add the missing indexes
Define SLOs for the checkout and publish them on the dashboard
Define an escalation policy for the data team
Establish a weekly review of expiring certificates
Agree a freeze calendar with marketing and publish it in the wiki
Test and document the restore of the configuration store
Weekly restore test of the customer database
Automatic rollback on failed smoke tests
Canary deployments for the edge proxies
Read-only mode for the admin console during failover
Script to compare replica checksums
Tool for draining a rack
Separate IAM role for the CI runner
Second approval for DNS changes
Removal of the shared root password
Hourly snapshots of the ledger database
CI job that fails when a migration has no down step
Nightly job to prune old container images
Rate limit on the public search endpoint
Circuit breaker between the API and the recommendation service
Deploys should fail when the health check does not pass within 2 minutes
The deploy script should check free disk space
The API must reject payloads above 1 MB
Backups must be encrypted with a customer-managed key
All production changes will require a linked ticket
All buckets should have versioning enabled
Alerts should include a link to their runbook
Feature flags should default to off
Users should be able to see the status of their export
Engineers should be able to roll back without a pipeline run
Customers will be shown a banner while payments are degraded
Migrations should run in a transaction
Dashboards should show the last deploy as an annotation
- [ ] Add a liveness probe to the scheduler
- [x] Rotate the database password (OPS-1412)
* [ ] @maria: move the cert to the load balancer #881
1. Enable audit logging on the Vault cluster
AI: Add a timeout to the LDAP client
Action item: remove the deprecated /v1/users route
[P1] Add a quota to the shared build cache
**Prevent**: reject configuration without a `region` key
Alice to add a smoke test for the login page
PERSON to remove the old VPN profile
Priya: Add a pre-commit hook that rejects AWS keys
INFRA-221 Replace the failing disk in db-7
To add a memory limit to the renderer pods
Add logging around the token refresh so we can see which client fails
Add a confirmation step to the delete button so that a whole project is not removed by accident
Change the default of `replicas` to 3 so that a node can be lost
Turn off the old cron on app-3, since it sends every e-mail twice
Stop writing temp files to the root partition
Stop sending customer e-mails from staging
Avoid N+1 queries in the orders serializer by preloading the line items
Keep the last 5 releases on disk so a rollback needs no build
Give the support team read access to the audit log
Give on-call engineers permission to scale the worker pool
Switch the health check from TCP to HTTP
Switch to a managed Redis with automatic failover
Store uploaded files under a random name
Retry failed uploads three times before alerting
Show the maintenance window on the login page
Notify PagerDuty when the heartbeat of the backup job is missing
Notify customers automatically by e-mail when an export fails
Extend the retention of audit logs to 400 days
Expand the e2e suite to cover the SSO login
Run database migrations in a separate step before the rollout
Decouple the thumbnail generation from the upload request
Refactor the billing job to process one tenant at a time
Clean up the unused security groups in the staging account
Tag all EC2 instances with the owning team
Quarantine flaky tests in the nightly build
Purge the CDN cache as part of the release job
Normalise phone numbers before they are compared
Put the admin interface behind the VPN
Have the deploy bot post the diff of the config to #deploys
Get a second fibre uplink for the Leeds office
Buy spare disks for the storage nodes
Recover the lost messages from the broker's journal
Teach the linter to reject `latest` image tags
Train the anomaly detector on the last 90 days of traffic
""".strip().splitlines()

WEAK = {
    "vague": """
Improve monitoring
Improve alerting
Improve test coverage
Improve logging
Improve our deployment process
Improve documentation around failover
Improve communication between platform and product
Improve the reliability of the queue
Improve error handling in the importer
Improve resilience of the API
Improve on-call experience
Improve incident response
Better monitoring of the database
Better alerting for the edge
Better error messages
Better tooling for rollbacks
Better documentation for the VPN
More tests
More monitoring
More robust deployments
More resilient DNS setup
Faster rollbacks
Faster detection
Clearer ownership
Make deploys safer
Make the system more robust
Make the pipeline faster
Make our alerts more actionable
Make rollback easier
Make it easier to find the right dashboard
Make the cluster more resilient to failure
Harden the infrastructure
Enhance observability
Enhance security posture
Optimise database performance
Optimize slow queries
Strengthen access control
Streamline the release process
Increase test coverage
Increase observability
Increase capacity
Reduce alert noise
Reduce deployment risk
Reduce MTTR
Reduce dependency on the vendor
Fix the bug
Fix the issue
Fix monitoring
Fix alerts
Fix the root cause
Fix the problem with the service
Fix it
Add documentation
Add tests
Add more tests
Add alerts
Add monitoring
Add validation
Add better logging
Add metrics
Add more alerting for the API
Add monitoring for Redis
Add alerts for the ingest service
Add alerting to the mail gateway
Set up monitoring for Vault
Set up alerting for Kafka
Set up proper alerting
Set up proper monitoring of the batch jobs
Implement monitoring for the VPN gateway
Implement monitoring and alerting
Create alerts for Elasticsearch
Monitor Consul
Monitor the cluster
Monitor the situation
Monitoring for the CDN
Monitoring of backups
Alerts for Jenkins
Alerting for etcd
Redis metrics and alerts
Vault monitoring
Documentation
Documentation updates
Update documentation
Update the docs
Update runbook
Update the runbooks
Write documentation
Write a runbook
Write tests
Document this
Document the procedure
Document the process
Document it
Create documentation for the system
Configure appropriate timeouts
Use sensible defaults
Set reasonable limits
Set the pool size to a reasonable value
Choose an appropriate instance size for the database
Address the issues found
Address technical debt
Resolve outstanding issues
Handle errors properly
Handle failures gracefully
Ensure this does not happen again
Make sure this doesn't happen again
Prevent this from happening again
Work on stability
Work on the alerting
Plan for capacity
Plan for the database upgrade
Prepare for the next peak
Clean up the code
Refactor the code
Disaster recovery
Disaster recovery planning
High availability for the database
Load testing
Performance tuning
Capacity planning
Alert tuning
Process improvements
Pipeline improvements
Runbook improvements
Fix errors as they arise
Add checks where necessary
Backups for everything
- [ ] improve alerting
AI: better monitoring
[P2] Add monitoring (OPS-33)
""".strip().splitlines(),
    "not_an_action": """
Consider adding a cache
Consider moving to Kubernetes
Consider a second provider for DNS
Investigate why the failover did not happen
Investigate the slow queries
Investigate using Vault for secrets
Investigate options for rate limiting
Further investigation into the packet loss
Explore using spot instances
Explore alternatives to the current load balancer
Research how others handle schema migrations
Spike on moving sessions to Redis
Spike: replace the queue
Look into the memory growth of the indexer
Look into alert routing
Look at replacing the cron jobs
Discuss on-call rotation with the platform team
Discuss whether to keep the read replica
Discuss at the next retro
Talk to AWS about the throttling
Think about splitting the database
Think of a way to test failover
Identify gaps in monitoring
Identify why the alert did not fire
Identify the owner of the legacy job
Determine the right size for the pool
Determine whether the retry logic caused the load
Determine root cause
Figure out why replication stopped
Figure out a plan for upgrades
Find a way to detect stale caches
Find out who owns the domain
Find a better way to deploy
Review alert thresholds
Review the incident process
Review access to production
Review all cron jobs
Try using a different JVM flag
Try to reproduce the crash
Evaluate managed Postgres
Evaluate whether we still need the proxy
Assess the impact of the outage on customers
Analyse the logs of the incident
Analyze traffic patterns
Understand why the queue filled up
Check whether other services are affected
Check if backups are working
Check why the alert was silenced
Check with the vendor whether the limit can be raised
See if the vendor supports failover
See whether we can shard the table
Decide whether to keep the old cluster
Decide on an owner for DNS
Brainstorm ideas for faster recovery
Root cause the crash of node 7
Debug the failing health check
Work out how to test restores
Come up with a plan for migrations
Revisit the retention policy
Re-evaluate our use of spot instances
Schedule a meeting with the network team
Hold a retro with the data team
Set up a call with the vendor
Start a discussion about on-call
Do a spike on service meshes
Do an analysis of the failed requests
Perform a review of the firewall rules
Conduct an evaluation of alerting tools
Create a ticket to investigate the memory leak
Open a ticket to look into flaky tests
Should we add a second approver?
Should the proxy retry on 502?
Can we alert on this?
Why did the health check pass?
How do we detect this earlier?
What happens if the broker dies?
Is there a runbook for this?
Do we need two regions?
Add a second region?
Maybe add a cache
Perhaps move to a managed database
Possibly increase the timeout
Potentially replace the library
It would be nice to have a dashboard
It would be useful to know which tenant caused the load
It might be worth caching the result
A dashboard for queue depth would be useful
Could add a check to the pipeline
Could we rate limit this
May need a bigger instance
Might be good to split the job
Nice to have: retries in the client
Would be good to have a canary
Added an alert for queue depth
Fixed the memory leak
Rolled back the release
Reverted the config change
Restarted the pods
Increased the memory limit to 4 GB
We increased the pool size
We have added a health check
We've already moved the job
We are working on a fix
The certificate was renewed
The faulty node has been replaced
The team has disabled the feature
Ticket created
Jira ticket opened
Already done
Done in PR 4411
Completed
This has been fixed in 2.3.1
The alert did not fire
The alert is too noisy
The dashboard is hard to read
The pipeline is slow
There is no alert on queue depth
There was no runbook
There are too many alerts
No alerting on the queue
Lack of tests for the importer
We have no staging environment
We do not test restores
We don't know who owns this
It is unclear who approves
It took an hour to find the dashboard
Nobody noticed the error
Backups failed silently
The vendor does not support failover
- [ ] Investigate: OOM kills on worker nodes
AI: look into retries
Sam to investigate the TLS errors
To investigate the spike in 500s
""".strip().splitlines(),
    "blame": """
Be more careful
Be more careful when running migrations
Be careful with force pushes
Be mindful of peak hours
Be aware of the quota
Be more diligent in code review
Remember to update the runbook
Remember to run the migration before the deploy
Always check the dashboard after a deploy
Always test backups
Always double check the environment
Double-check the region before deleting
Don't forget to renew the certificate
Do not deploy on Fridays
Don't merge without review
Never run scripts directly against production
Avoid deploying during peak hours
Avoid making manual changes in the console
Avoid large pull requests
Pay more attention to alerts
Pay attention during code review
Take more care with DNS changes
Take care when editing the firewall
Keep in mind that the cache is shared
Check the queue before restarting the workers
Check for running jobs before rebooting
Verify the target environment before applying
Make sure to test in staging first
Make sure to notify support before maintenance
When deploying, check the error rate
When a disk fails, make sure to check the other disks
Before merging, run the tests locally
Before upgrading, read the release notes
Next time, check the logs first
Next time ask before restarting
In future, test on staging first
Going forward, be more careful with permissions
Going forward, always use the wizard
Follow the release checklist
Follow the process
Stick to the change window
Adhere to the on-call policy
Exercise caution with bulk deletes
Think before running destructive commands
Reviewers should be more careful
Review code more carefully
Keep an eye on the queue
Watch out for long-running transactions
Use caution when changing DNS
""".strip().splitlines(),
    "training_only": """
Train the team on Kubernetes
Train support staff
Train new joiners on the incident process
Training for on-call engineers
Training on database failover
More training
Provide training on the new deploy tool
Provide guidance on writing migrations
Organise a workshop on incident response
Run a training session on Terraform
Hold a brown bag on caching
Hold a lunch and learn about observability
Educate developers about SQL injection
Educate users on phishing
Teach engineers how to use the profiler
Remind everyone to rotate their keys
Remind the team about the change freeze
Remind developers that the cache is shared
Raise awareness of the retention policy
Spread the word about the new tool
Communicate the change to all teams
Communicate better with support
Communicate maintenance windows earlier
Better communication with customers
Inform the team about the new process
Advise customers to upgrade their agents
Encourage teams to write runbooks
Encourage developers to use feature flags
Share learnings with the wider team
Share the lessons learned with engineering
Share knowledge about the billing system
Knowledge sharing session about Kafka
Knowledge transfer on the legacy system
Onboard the new SRE to the storage stack
Onboarding for new on-call engineers
Publish guidance on feature flags
Give a demo of the dashboards
Walkthrough of the runbook with the team
Make everyone aware of the limits
Make developers aware of the deploy freeze
Coach the team on incident command
""".strip().splitlines(),
    "pseudo_owner": """
We should add a cache in front of the API
We should alert on queue depth above 1000
We must encrypt the backups of the user database
We need to add a liveness probe to the worker
We need a second replica in eu-west-1
We will add a check to the deploy pipeline
We have to rotate the signing keys every quarter
We'll move the job to the batch cluster
We are going to split the database by tenant
We are planning to move DNS to Route 53
We want to add a canary stage to the pipeline
We plan to disable the legacy endpoint
Let's add a timeout to the HTTP client
Let's move the status page to another provider
The team should add a smoke test for login
The team will document the failover of the primary
The platform team needs to add quotas to the build cluster
The SRE team will add an alert on certificate expiry
Team to review the firewall rules
Admins should enable two-factor authentication
Maintainers must sign release tags
Maintainers will rotate the npm publish token
Reviewers should run the migration locally
Developers should use the new client library
Developers must tag their images with the commit
Engineers should link the ticket in the commit message
Operators need to drain the node first
Ops will replace the failing switch
Everyone should use two-factor authentication
Someone should own the certificate inventory
Someone needs to update the DNS zone
On-call should check the backup report daily
In future, we should roll out by region
When a node is drained, we should wait for replication
To avoid this, we will pin the version of the client
The infra team is going to replace the bastion
The pipeline is slow, so we should cache the dependencies
Add a limit to the queue - we should also alert on it
""".strip().splitlines(),
    "multiple_actions": """
Upgrade the Kafka brokers to 3.6 and migrate the mail service to SES
Rotate the deploy keys and replace the firewall in Leeds
Add a rate limit to the login endpoint and move the status page to another provider
Delete the orphaned volumes; upgrade the ingress controller to 1.9
Remove the legacy VPN profile, and split the billing database by region
Replace the failing disk in db-7 and publish the incident report on the blog
""".strip().splitlines(),
}
