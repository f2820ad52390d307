// `pm2 start ecosystem.config.cjs`: PM2 forks the processes itself, main.mjs sees that it is none of the primary.
module.exports = {
  apps: [
    {
      name: 'orders',
      script: 'main.mjs',
      instances: 2,
      exec_mode: 'cluster',
      shutdown_with_message: false, // PM2 sends SIGINT; see `signals` in main.mjs
      kill_timeout: 10_000, // time to deliver what is left; the rest stays in the spool
      env: { SPOOL_DIRECTORY: '/var/lib/orders/spool' },
    },
  ],
}
